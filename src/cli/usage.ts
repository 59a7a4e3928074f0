// What `--help` prints.

export const USAGE = `Usage: wasm-shared-memory run [FILE] [options]
       wasm-shared-memory who [FILE] --address A [--step S] [options]
       wasm-shared-memory trace [FILE] [--output OUT.json] [options]
       wasm-shared-memory record SCRIPT [ARGS…] --export OUT.wsmrec [--module NAME]

run runs the shared-memory demo: N instances of a module over one linear memory,
alloc_11 once on #0, then five rounds of add_23 over all instances. It prints
the transcript. who runs it, too, and tells who last wrote a byte; trace writes
its calls as Trace Event JSON, which Perfetto and Chrome open. record runs a
script with Node and records the first module with a memory that it instantiates.

  FILE                  the guest; without it the bundled one runs. who and trace
                        take an exported recording (.wsmrec), too: nothing runs
  SCRIPT                the script; what stands behind -- goes to it as it is
  --instances N         number of instances, 1 to 64 (default 3)
  --time-limit S        seconds that guests may run (default 10)
  --record LEVEL        what is recorded of the guests: calls (not with record),
                        stores (default), or all (loads, too)
  --recording-limit MB  what the recording may keep; the oldest steps are dropped
                        (default 512)
  --export OUT.wsmrec   run, record: write the recording to a file
  --module NAME         record: the module that imports or exports something with
                        this in its name, for example 'sqlite3_' or 'env.print'
  --address A           who: the byte, for example 1352, 0x548 or 0x548+8
  --step S              who: the moment; the last step where it is not given
  --format chrome       trace: the format of the trace (there is one)
  --output OUT.json     trace: write to a file rather than to standard output
  --json                run, who: print one JSON document
  --help                print this
  --version             print the version

Standard output is what was asked for and nothing else; notes go to standard
error. A file is written whole or not at all. Ctrl+C ends the guest or the script,
and what it did until then is kept; a second one leaves out what is not recorded
yet; a third one ends the command, and nothing is written.
Exit status: 0 the value in memory is the expected one; 1 it is not, or a guest
trapped or ran out of time; 2 the input can't be run or read, or the output
can't be written. Of record: that of the script, or 2 if there is no recording.
`;
