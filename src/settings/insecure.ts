/** Address ranges nobody outside the user's own network can listen in on: RFC 1918, 3927, 4193. */
const privateHosts = [
  /^localhost$|\.localhost$|\.local$|\.lan$|\.internal$|\.home\.arpa$/,
  // Whole addresses: `10.example.com` is a public name.
  /^(127|10)(\.\d+){3}$|^(192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))(\.\d+){2}$/,
  /^\[(::1\]|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/,
];

/** Whether a key sent there travels in clear through networks that are not the user's own. */
export function isInsecure(baseURL: string): boolean {
  const { protocol, hostname } = new URL(baseURL);
  if (protocol !== "http:") return false;
  // A name without a dot is a machine of the local network.
  return hostname.includes(".") || hostname.startsWith("[")
    ? !privateHosts.some((pattern) => pattern.test(hostname))
    : false;
}
