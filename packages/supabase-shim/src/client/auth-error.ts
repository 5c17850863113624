/**
 * An error of `auth`, as supabase-js gives it: in the result, not thrown. `isAuthError` of supabase-js knows it.
 */
export class AuthError extends Error {
  readonly status: number;
  readonly code: string | undefined;
  protected readonly __isAuthError: boolean = true;

  constructor(name: string, message: string, { status, code }: { status: number; code?: string }) {
    super(message);
    this.name = name;
    this.status = status;
    this.code = code;
  }

  toJSON(): { name: string; message: string; status: number; code: string | undefined } {
    const { name, message, status, code } = this;
    return { name, message, status, code };
  }
}
