interface IconProps {
  readonly size?: number;
  readonly className?: string;
}

function Outline({ size = 16, className, paths }: IconProps & { readonly paths: readonly string[] }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      className={className}
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {paths.map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  );
}

const OCTAGON = ["M8.2 3h7.6l5.2 5.2v7.6l-5.2 5.2h-7.6l-5.2-5.2v-7.6z", "M9 9l6 6", "M15 9l-6 6"];
const DIAMOND = ["M12 2l10 10l-10 10l-10-10z", "M10 10a2 2 0 1 1 2.6 2c-.4.2-.6.5-.6 1v.4", "M12 16v.01"];

/** A proof failed. */
export function OctagonXIcon(props: IconProps) {
  return <Outline {...props} paths={OCTAGON} />;
}

/** Cannot be told. */
export function DiamondQuestionIcon(props: IconProps) {
  return <Outline {...props} paths={DIAMOND} />;
}
