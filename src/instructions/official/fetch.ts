/** The two things that are fetched from the Codex repository. Neither function rejects. */
import { createHash } from "node:crypto";

import { findUnlikely, maxInstructionsBytes } from "../plausible.ts";
import type { CachedCatalogue } from "./cache.ts";
import { type DownloadOptions, download } from "./download.ts";
import { parseCatalogue, parseReleaseTag } from "./parse.ts";
import { downloadFromAny } from "./race.ts";

/** A place that has the files of the Codex repository. */
export type FileHost = {
  /** `{base}{tag}/{path}` is a file. */
  readonly base: string;
  /**
   * Whose word its texts are: the repository's own; anybody's, who is believed where a hash says so;
   * or the user's, who named it.
   */
  readonly trust: "repository" | "hash" | "user";
};

export type GitHubOptions = {
  readonly fetch: DownloadOptions["fetch"];
  readonly hosts: readonly FileHost[];
  /** File of a prompt at the pinned tag → SHA-256 of it. */
  readonly hashes: ReadonlyMap<string, string>;
  /** `{apiURL}/releases/latest` is GitHub's description of its newest release. */
  readonly apiURL: string;
};

/** `reason` is short: "HTTP 403", "it is empty". */
export type Failed = { readonly type: "failed"; readonly reason: string };

/** The catalogue of a release, without the time at which it was the newest. */
export type Release = Omit<CachedCatalogue, "checkedAt">;

/** Where releases keep the catalogue, newest habit first. */
const cataloguePaths = ["codex-rs/models-manager/models.json", "codex-rs/core/models.json"];

/** In 2026 the catalogue has 300 KB, and a release with its many files no less. */
const maxJsonBytes = 4 * 1024 * 1024;

/** A prompt of the table: `file` below `codex-rs/core` of the tag. */
export async function fetchPrompt(
  { fetch, hosts, hashes }: GitHubOptions,
  { tag, file, signal }: { tag: string; file: string; signal: AbortSignal },
): Promise<Failed | { readonly type: "text"; readonly text: string }> {
  const hash = hashes.get(file);
  const able = hosts.filter(({ trust }) => trust !== "hash" || hash !== undefined);
  const own = new Set(able.filter(({ trust }) => trust === "user").map(({ base }) => base));
  const result = await downloadFromAny(
    able.map(({ base }) => `${base}${tag}/codex-rs/core/${file}`),
    {
      ...{ fetch, signal, maxBytes: maxInstructionsBytes },
      check(text, url) {
        const reason = findUnlikely(text);
        if (reason !== undefined || hash === undefined) return reason;
        // A mirror that the user names has what the user wants.
        if ([...own].some((base) => url.startsWith(base))) return undefined;
        return sha256(text) === hash ? undefined : "it is not the text of that release";
      },
    },
  );
  return result.type === "text" ? result : failed(result);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * The catalogue of the newest release: `current` again when that is still the newest, by the ETag of
 * the release or by its tag, since a tag's files never change.
 */
export async function fetchCatalogue(
  { fetch, hosts, apiURL }: GitHubOptions,
  { current, signal }: { current: Release | undefined; signal: AbortSignal },
): Promise<Failed | { readonly type: "release"; readonly release: Release }> {
  const limits = { fetch, signal, maxBytes: maxJsonBytes };
  const latest = await download(`${apiURL}/releases/latest`, { ...limits, etag: current?.etag });
  if (latest.type === "not_modified" && current !== undefined) {
    return { type: "release", release: current };
  }
  if (latest.type !== "text") return failed(latest);
  const tag = parseReleaseTag(latest.text);
  if (tag === undefined) return { type: "failed", reason: "the newest release has no name" };
  const { etag } = latest;
  if (current?.tag === tag) return { type: "release", release: { ...current, etag } };

  for (const path of cataloguePaths) {
    // Nobody knows the hash of a release to come: only the repository itself, or the user's mirror.
    const able = hosts.filter(({ trust }) => trust !== "hash");
    const result = await downloadFromAny(
      able.map(({ base }) => `${base}${tag}/${path}`),
      { ...limits, check: () => undefined },
    );
    if (result.type === "failed" && result.status === 404) continue;
    if (result.type !== "text") return failed(result);
    const models = parseCatalogue(result.text);
    return models.some(({ instructions }) => instructions !== undefined)
      ? { type: "release", release: { tag, etag, models } }
      : { type: "failed", reason: "it holds no instructions" };
  }
  return { type: "failed", reason: `not in release ${tag}` };
}

/** A download that gave no text. 304 without an ETag of ours is a failure already. */
function failed(result: Failed | { readonly type: "not_modified" }): Failed {
  return result.type === "failed" ? result : { type: "failed", reason: "HTTP 304" };
}
