import {
  ActionIcon,
  Button,
  Checkbox,
  createTheme,
  Menu,
  PasswordInput,
  SegmentedControl,
  Select,
  Tabs,
  Textarea,
  TextInput,
  Tooltip,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from "@mantine/core";

/** Ten steps that Mantine wants of a colour, all pointing at our tokens, so that the theme switches with them. */
function steps(...tokens: readonly [string, string, string, string, string]): MantineColorsTuple {
  const [a, b, c, d, e] = tokens.map((token) => `var(${token})`);
  const step = (value: string | undefined) => value ?? "currentColor";
  return [step(a), step(a), step(b), step(b), step(c), step(c), step(d), step(d), step(e), step(e)];
}

export const theme = createTheme({
  fontFamily: "var(--font-ui)",
  fontFamilyMonospace: "var(--font-mono)",
  fontSizes: { xs: "11px", sm: "12px", md: "13px", lg: "15px", xl: "18px" },
  lineHeights: { xs: "1.25", sm: "1.35", md: "1.45", lg: "1.45", xl: "1.25" },
  spacing: { xs: "4px", sm: "8px", md: "12px", lg: "16px", xl: "24px" },
  radius: { xs: "2px", sm: "4px" },
  defaultRadius: "sm",
  respectReducedMotion: true,
  cursorType: "default",
  primaryColor: "accent",
  primaryShade: { dark: 6, light: 8 },
  colors: {
    accent: steps("--accent-weak", "--accent-weak", "--accent", "--accent-fill", "--accent-fill"),
    gray: steps("--n-4", "--n-5", "--n-6", "--n-7", "--n-10"),
    dark: steps("--n-10", "--n-9", "--n-6", "--n-3", "--n-0"),
  },
  components: {
    Button: Button.extend({ defaultProps: { size: "compact-sm", variant: "default" } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { size: 26, variant: "subtle" } }),
    TextInput: TextInput.extend({ defaultProps: { size: "xs" } }),
    PasswordInput: PasswordInput.extend({ defaultProps: { size: "xs" } }),
    Select: Select.extend({ defaultProps: { size: "xs" } }),
    Textarea: Textarea.extend({ defaultProps: { size: "xs", autosize: true } }),
    Checkbox: Checkbox.extend({ defaultProps: { size: "xs" } }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { size: "xs", transitionDuration: 0 } }),
    Tabs: Tabs.extend({ defaultProps: { variant: "default" } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, transitionProps: { duration: 0 } } }),
    Menu: Menu.extend({ defaultProps: { shadow: "none", transitionProps: { duration: 0 } } }),
  },
});

const pointers = {
  "--mantine-color-body": "var(--bg)",
  "--mantine-color-text": "var(--text)",
  "--mantine-color-dimmed": "var(--text-2)",
  "--mantine-color-placeholder": "var(--text-3)",
  "--mantine-color-anchor": "var(--accent)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-hover": "var(--raised)",
  "--mantine-color-default-color": "var(--text)",
  "--mantine-color-default-border": "var(--control)",
  "--mantine-color-error": "var(--altered)",
  "--mantine-primary-color-filled": "var(--accent-fill)",
  "--mantine-primary-color-filled-hover": "var(--accent-fill)",
  "--mantine-primary-color-contrast": "var(--on-accent)",
  "--mantine-color-accent-light": "var(--accent-weak)",
  "--mantine-color-accent-light-color": "var(--text-2)",
  "--mantine-color-accent-light-hover": "var(--raised)",
  "--mantine-color-accent-outline": "var(--accent)",
  "--mantine-color-accent-text": "var(--accent)",
  "--mantine-color-accent-filled": "var(--accent-fill)",
  "--mantine-color-accent-filled-hover": "var(--accent-fill)",
};

/** The tokens stay the source: Mantine's own variables only point at them. */
export const resolver: CSSVariablesResolver = () => ({ variables: {}, dark: pointers, light: pointers });
