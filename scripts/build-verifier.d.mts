export function buildVerifier(): Promise<string>;
