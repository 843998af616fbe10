/** What a server said of itself before anybody has logged in. */
export interface Heard {
  /** As it names it: `8.0.27`, `5.5.5-10.11.14-MariaDB`; empty where it is the right server, and tells its version only after a login. */
  readonly version: string | null;
  /** Why this is no such server; null when it is one. */
  readonly why: string | null;
}
