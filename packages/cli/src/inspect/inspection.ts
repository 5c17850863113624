import type { PhiCandidate } from "../phi/phi-candidates.ts";
import type { SchemaNote } from "../schema/adapt/adaptation.ts";

/** What a source is, as `offramp inspect` found it. Plain data; holds no value of a row. */
export interface Inspection {
  readonly server: ServerFacts;
  readonly host: HostFacts;
  readonly tables: readonly TableFacts[];
  readonly extensions: readonly ExtensionFacts[];
  /** How many objects of each kind the application made. */
  readonly objects: Readonly<Record<string, number>>;
  readonly policies: readonly PolicyFacts[];
  readonly usesOfAuth: readonly string[];
  readonly referencesIntoAuth: readonly string[];
  readonly triggersOnManagedTables: readonly string[];
  readonly sequences: readonly SequenceFacts[];
  readonly publications: readonly PublicationFacts[];
  readonly slots: readonly string[];
  readonly roles: readonly RoleFacts[];
  readonly services: ServiceFacts;
  readonly phiCandidates: readonly PhiCandidate[];
  readonly plan: MigrationPlan;
}

/** The server, and the role that looks at it. */
export interface ServerFacts {
  readonly version: string;
  readonly database: string;
  readonly bytes: number;
  readonly role: string;
  readonly isSuperuser: boolean;
  /** Row level security does not bind the role. */
  readonly bypassesRowSecurity: boolean;
  readonly mayReplicate: boolean;
  /** `logical` is what `offramp follow` needs. */
  readonly walLevel: string;
  readonly encoding: string;
  readonly collation: string;
}

/** How the source's host is reached. */
export interface HostFacts {
  readonly host: string;
  /** It has an address of that family. */
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  /** Supabase's pooler: 5432 in session mode, 6543 in transaction mode. */
  readonly pooler?: "session" | "transaction";
}

/** A table that holds rows of the application. */
export interface TableFacts {
  readonly schema: string;
  readonly name: string;
  /** PostgreSQL's estimate. */
  readonly rows: number;
  /** With indexes and large values. */
  readonly bytes: number;
  readonly hasKey: boolean;
  readonly rowSecurity: "off" | "on" | "forced";
  /** A policy would hide rows from the role that looks: they would be lost in a copy. */
  readonly hidesRows: boolean;
  readonly readable: boolean;
}

export interface ExtensionFacts {
  readonly name: string;
  readonly version: string;
  readonly schema: string;
  readonly onTarget: boolean;
  /** What to do without it. */
  readonly wayOut?: string;
}

export interface PolicyFacts {
  readonly table: string;
  readonly name: string;
  readonly command: string;
  readonly roles: readonly string[];
}

export interface SequenceFacts {
  readonly name: string;
  readonly lastValue: string | null;
}

export interface PublicationFacts {
  readonly name: string;
  readonly tables: readonly string[];
}

export interface RoleFacts {
  readonly name: string;
  readonly canLogin: boolean;
  readonly bypassesRowSecurity: boolean;
}

/** What lies with Supabase's services, which are not moved. */
export interface ServiceFacts {
  readonly users?: number;
  readonly buckets?: number;
  readonly storedObjects?: number;
  readonly secrets?: number;
  readonly scheduledJobs?: number;
}

/** What becomes of everything. */
export interface MigrationPlan {
  readonly moved: readonly string[];
  readonly changed: readonly SchemaNote[];
  readonly left: readonly SchemaNote[];
  /** What must be dealt with first, each with its remedy. */
  readonly obstacles: readonly string[];
}
