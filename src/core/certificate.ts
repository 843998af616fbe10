/** A certificate in the root store of a machine. What it says is in its DER: who asks reads it there. */
export interface RootCertificate {
  /** Of its DER, lower-case hex. */
  readonly sha256: string;
  /** Its DER, base64. */
  readonly der: string;
}
