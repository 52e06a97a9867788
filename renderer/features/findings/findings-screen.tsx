export function FindingsScreen() {
  return <h1>FindingsScreen</h1>;
}
