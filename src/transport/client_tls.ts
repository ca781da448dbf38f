// TLS as clients can set it, whoever makes the connection.

/** TLS of a client. PEM text, or the PEM file's bytes. */
export interface ClientTlsOptions {
  /** Authorities to trust. Default: the runtime's own list. */
  ca?: string | Uint8Array;
  /** The client's certificate with its chain (mTLS). */
  cert?: string | Uint8Array;
  /** The private key of `cert`. */
  key?: string | Uint8Array;
  /** The name that the server's certificate must hold, and that is sent as SNI. Default: the host of the URL. */
  servername?: string;
  /** Refuse servers whose certificate is not valid. Default: true. */
  rejectUnauthorized?: boolean;
}
