/** Names built from parts share their beginning; the end is what tells them apart. */
const BUILT_FROM_PARTS = /^[^ ]*[/:][^ ]*$/;

/** A name in one line: where it does not fit, an ARN or a path keeps its end and any other name its beginning. */
export function NameText({ text }: { readonly text: string | null }) {
  if (text === null || !BUILT_FROM_PARTS.test(text)) return text;
  return (
    <span className="keep-end">
      <bdi dir="ltr">{text}</bdi>
    </span>
  );
}
