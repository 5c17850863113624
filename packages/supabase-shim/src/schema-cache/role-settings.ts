/** Settings by role, as `ALTER ROLE … SET` gave them: a call that runs as the role has them, as on PostgREST. */
export type RoleSettings = Readonly<Record<string, readonly (readonly [name: string, value: string])[]>>;
