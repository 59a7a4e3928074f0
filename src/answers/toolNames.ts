// The tools by their names, for whoever registers them before one is used.
export const TOOL_NAMES = ['wasm_who_wrote', 'wasm_memory_at', 'wasm_findings', 'wasm_calls'] as const;

export type ToolName = (typeof TOOL_NAMES)[number];
