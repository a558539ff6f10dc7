// Where the billing service is, and how long it may take.

/** The address and the secret of one billing service, and the time that one request may take. */
export class Settings {
  readonly #token: string;

  /**
   * `token` is the secret of X-Internal-Key. `deadlineSeconds` is for one request with its whole answer.
   * Throws a RangeError when the address is not of HTTP, the token is empty or the deadline is not above 0.
   */
  constructor(
    readonly url: string,
    token: string,
    readonly deadlineSeconds = 2,
  ) {
    if (!/^https?:\/\//.test(url)) {
      throw new RangeError(`BILLING_SERVICE_URL: must start with http:// or https://, not '${url}'`);
    }
    if (token === "") throw new RangeError("BILLING_SERVICE_TOKEN: must not be empty");
    if (!(deadlineSeconds > 0)) throw new RangeError("deadlineSeconds: must be greater than 0");
    this.#token = token;
  }

  /** Return the secret of X-Internal-Key. It is private so that logs of this object do not show it. */
  get token(): string {
    return this.#token;
  }

  /** Read BILLING_SERVICE_URL and BILLING_SERVICE_TOKEN. Throws a RangeError that names what is missing. */
  static fromEnvironment(): Settings {
    return new Settings(
      process.env["BILLING_SERVICE_URL"] ?? "",
      process.env["BILLING_SERVICE_TOKEN"] ?? "",
    );
  }
}
