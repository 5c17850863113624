/**
 * Whether a user will do with a connection on which others run brief statements: {@link ALONE} not; {@link WHEN_BUSY}
 * when there is no idle one; a higher number, which is for those who wait for nobody's locks, behind that many of
 * their kind although there are idle ones.
 */
export type Sharing = number;
export const ALONE: Sharing = -1;
export const WHEN_BUSY: Sharing = 0;
