export function buildNode(names: readonly string[]): Promise<void>;
