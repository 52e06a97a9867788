import { Checkbox, Select, TextInput } from "@mantine/core";

import {
  FRAMEWORKS,
  HEADING_LANGUAGES,
  JURISDICTIONS,
  type Framework,
  type HeadingLanguage,
  type Jurisdiction,
  type ReportChoices,
} from "../../../core/model/case-details.ts";

const JURISDICTION_NAMES: Readonly<Record<Jurisdiction, string>> = {
  "fre-902": "United States: FRE 902(13), 902(14) and 28 USC 1746",
  "crimpr-19": "England and Wales: CrimPR 19.4",
  "fsr-code": "England and Wales: Forensic Science Regulator’s Code, declaration",
  "bsa-63": "India: Bharatiya Sakshya Adhiniyam, section 63(4), parts A and B",
};
const FRAMEWORK_NAMES: Readonly<Record<Framework, string>> = {
  "soc-2": "SOC 2",
  "iso-27001": "ISO/IEC 27001",
  "nist-800-53": "NIST SP 800-53",
  "pci-dss": "PCI DSS",
  "nist-csf": "NIST CSF",
};
const LANGUAGE_NAMES: Readonly<Record<HeadingLanguage, string>> = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  es: "Español",
};

/** What the report holds besides what every report holds. */
export function ReportChoicesForm({
  choices,
  onChange,
}: {
  readonly choices: ReportChoices;
  readonly onChange: (choices: ReportChoices) => void;
}) {
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>Report</h2>
      </div>
      <div className="panel-body column" style={{ gap: 14 }}>
        <div className="form-grid">
          <TextInput
            label="Organisation at the head of every page"
            value={choices.organisation}
            onChange={(event) => onChange({ ...choices, organisation: event.currentTarget.value })}
          />
          <TextInput
            label="Where the key’s fingerprint was published"
            description="A way that does not bring the package: a web page, a letter, a telephone call"
            value={choices.fingerprintPublished}
            onChange={(event) => onChange({ ...choices, fingerprintPublished: event.currentTarget.value })}
          />
          <Select
            label="Language of the headings"
            allowDeselect={false}
            data={HEADING_LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
            value={choices.headings}
            onChange={(value) => onChange({ ...choices, headings: chosen(HEADING_LANGUAGES, value) ?? "en" })}
          />
        </div>
        <Checkbox.Group
          label="Drafts of certificates and declarations, for a person to complete and sign"
          value={[...choices.jurisdictions]}
          onChange={(values) =>
            onChange({ ...choices, jurisdictions: JURISDICTIONS.filter((one) => values.includes(one)) })
          }
        >
          {JURISDICTIONS.map((one) => (
            <Checkbox key={one} value={one} label={JURISDICTION_NAMES[one]} mt={6} />
          ))}
        </Checkbox.Group>
        <Checkbox.Group
          label="Mapping to controls: what the records can support, and what is out of their reach"
          value={[...choices.frameworks]}
          onChange={(values) => onChange({ ...choices, frameworks: FRAMEWORKS.filter((one) => values.includes(one)) })}
        >
          {FRAMEWORKS.map((one) => (
            <Checkbox key={one} value={one} label={FRAMEWORK_NAMES[one]} mt={6} />
          ))}
        </Checkbox.Group>
      </div>
    </section>
  );
}

function chosen<T extends string>(among: readonly T[], value: string | null): T | undefined {
  return among.find((one) => one === value);
}
