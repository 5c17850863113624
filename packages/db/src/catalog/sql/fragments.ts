/** The role's name; null when it is one of the roles $2, who are all "the owner". */
export const otherOwner = (role: string): string =>
  `(select r.rolname from pg_roles r where r.oid = ${role} and r.rolname <> all($2))`;

/** True for what an extension made. */
export const ofExtension = (catalog: string, object: string): string =>
  `exists (select from pg_depend e where e.classid = '${catalog}'::regclass and e.objid = ${object} and e.deptype = 'e')`;

/** The name of a role in an access control list. */
export const grantee = (role: string): string =>
  `case ${role} when 0 then 'public' else pg_get_userbyid(${role}) end`;
