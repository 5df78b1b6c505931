/** The one form of `fetch` that is used here: who needs the network is given one of these. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
