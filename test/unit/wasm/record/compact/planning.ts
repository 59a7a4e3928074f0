// Functions as the planning has them, for tests of its rooms.
import { readModule } from '../../../../../src/wasm/module.ts';
import { CapturePlanner, type Plan, type PlanOptions } from '../../../../../src/wasm/record/compact/capturePlan.ts';
import { FunctionCode } from '../../../../../src/wasm/record/compact/functionCode.ts';
import { Knowledge } from '../../../../../src/wasm/record/compact/knowledge.ts';
import { type SymbolicAccesses, SymbolicExecution } from '../../../../../src/wasm/record/compact/symbolicExecution.ts';
import { KIND, SymbolicValues, typeCode } from '../../../../../src/wasm/record/compact/symbolicValues.ts';
import { functionRanges, localTypes, readBody } from '../../../../../src/wasm/record/functionBody.ts';
import { Indices } from '../../../../../src/wasm/record/indices.ts';
import { assemble } from '../recordedRun.ts';

/** The rooms of one function, which has the parameters `$a` (0) and `$b` (1), and the locals `$x` (2, i32) and `$y` (3, i64). */
export class Planning {
  readonly code = new FunctionCode();
  readonly values = new SymbolicValues();
  readonly knowledge = new Knowledge(this.code, this.values);
  readonly execution = new SymbolicExecution(this.code, this.values, this.knowledge, [], [typeCode('i32')]);
  private readonly planner = new CapturePlanner(this.code, this.values, this.knowledge, typeCode('i32'));

  static async of(instructions: string): Promise<Planning> {
    const planning = new Planning();
    const module = readModule(
      await assemble(
        `(module (memory 1) (func (param $a i32) (param $b i32) (local $x i32) (local $y i64) ${instructions}))`,
      ),
    );
    const [start, end] = functionRanges(module);
    const body = readBody(module, 0, start, end);
    const types = localTypes(module, body).map(typeCode);
    planning.code.read(module.bytes, body, new Indices(module), 'stores');
    planning.knowledge.begin(types.length);
    planning.execution.begin(types);
    return planning;
  }

  plan(accesses: SymbolicAccesses, from: number, options: Partial<PlanOptions> = {}): Plan {
    return this.planner.plan(accesses, from, { loop: false, checks: false, accesses: true, ...options });
  }

  /** A value as text: `a`, `b`, `x`, `y` for locals, numbers, `#i` for what the instruction at an index produced, `(op …)`. */
  text(value: number): string {
    const { kind, a, b, c, operation } = this.values;
    switch (kind[value]) {
      case KIND.constant:
        return String(b[value]);
      case KIND.local:
        return 'abxy'[a[value]];
      case KIND.opaque:
        return `#${a[value]}`;
      case KIND.pure: {
        const operands = [a[value], b[value], c[value]].filter(each => each !== -1).map(each => this.text(each));
        return `(${operation[value].toString(16)} ${operands.join(' ')})`;
      }
      default:
        return '?';
    }
  }
}
