/** The files (as bytes) that a TLS connection uses; null where there is none. */
export interface TlsFiles {
  readonly ca: Buffer | null;
  readonly cert: Buffer | null;
  readonly key: Buffer | null;
  /** False only where the user asked docker for it (DOCKER_TLS, a context's SkipTLSVerify). */
  readonly verify: boolean;
}
