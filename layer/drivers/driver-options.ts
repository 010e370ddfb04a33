/** The clock of a driver, and what S3 needs. */
export interface DriverOptions {
  /** Epoch milliseconds; stamps what is written (S3 has a clock of its own). */
  readonly now?: () => number;
  /** @default what the environment says */
  readonly s3?: S3Connection;
  /** Called for each request to S3, repeated ones included, with the name of the operation. */
  readonly onRequest?: (operation: string) => void;
}

/** How to reach an S3 server. What is left out comes from the environment, as for any AWS program. */
export interface S3Connection {
  /** @default AWS_ENDPOINT_URL_S3, else AWS_ENDPOINT_URL, else AWS itself */
  readonly endpoint?: string;
  /** @default AWS_REGION, else AWS_DEFAULT_REGION, else what the AWS profile says; us-east-1 elsewhere than at AWS */
  readonly region?: string;
  /** @default the environment's, the profile's or the role's */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}
