export function CustodyScreen() {
  return <h1>CustodyScreen</h1>;
}
