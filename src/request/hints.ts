/** What a host knows of a request that its body cannot tell. */
export type RequestHints = {
  /** Effort of the variant the user picked: it beats the model's name, which an option does not. */
  readonly effort?: string | undefined;
  /** A title or another small task of the host's own. */
  readonly smallTask?: boolean;
  /** Nobody named a model for it: the small model is asked, whichever the host took. */
  readonly anyModel?: boolean;
  /** The agent has a prompt of the user's, which stays even if it begins like the host's. */
  readonly ownPrompt?: boolean;
  /** The host asks once more for what went wrong in this session, maybe in more words than before. */
  readonly repeats?: boolean;
};
