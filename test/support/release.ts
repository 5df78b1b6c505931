/** What keeps a checkout from being published. Pure. */

export type Release = {
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly changelog: string;
  /** `v1.2.3`. */
  readonly tag: string;
};

/** Stands in the manifest until the project has an address. */
const placeholder = "OWNER";

export function releaseProblems({ manifest, changelog, tag }: Release): string[] {
  const { version } = manifest;
  const heading = new RegExp(
    `^## ${String(version).replaceAll(".", "\\.")} \\(\\d{4}-\\d\\d-\\d\\d\\)$`,
    "m",
  );
  const addresses = ["repository", "homepage", "bugs"].map(
    (name) => [name, JSON.stringify(manifest[name] ?? null)] as const,
  );
  return [
    ...addresses
      .filter(([, value]) => value === "null" || value.includes(placeholder))
      .map(([name]) => `package.json: "${name}" names no repository yet.`),
    ...(tag === `v${version}`
      ? []
      : [`The tag is ${tag || "missing"}, the version is ${version}.`]),
    ...(heading.test(changelog) ? [] : [`CHANGELOG.md has no "## ${version} (date)".`]),
    ...(Object.keys(Object(manifest.dependencies)).length === 0
      ? []
      : ["package.json has dependencies: the bundle must carry all."]),
  ];
}
