import type { PostgrestSingleResponse, QueryData } from "@offramp/supabase-shim";

import type { DatabaseService } from "./database.service";
import type { Database, Tables, TablesInsert, TablesUpdate } from "./database.types";

type Visit = Tables<"visits">;
type TableName = keyof Database["public"]["Tables"];

export class NotFoundException extends Error {}

export class VisitsService {
  constructor(private readonly database: DatabaseService) {}

  async findAll(filter: { status?: Visit["status"]; patientId?: string; from?: Date }): Promise<Visit[]> {
    const query = this.database.client.from("visits").select("*");
    if (filter.status) query.eq("status", filter.status);
    if (filter.patientId) query.eq("patient_id", filter.patientId);
    if (filter.from) query.gte("begins_at", filter.from.toISOString());
    const { data } = await query.order("begins_at").limit(100).throwOnError();
    return data;
  }

  async findOne(id: number): Promise<Visit & { profiles: Pick<Tables<"profiles">, "email" | "full_name"> }> {
    const { data, error } = await this.database.client
      .from("visits")
      .select("*, profiles(email, full_name)")
      .eq("id", id)
      .maybeSingle();
    if (error) throw error;
    if (!data) throw new NotFoundException(`there is no visit ${id}`);
    return data;
  }

  async create(visit: TablesInsert<"visits">): Promise<Visit> {
    return this.unwrap(await this.database.client.from("visits").insert(visit).select().single());
  }

  async createMany(visits: TablesInsert<"visits">[]): Promise<number> {
    const { error, count } = await this.database.client.from("visits").insert(visits, { count: "exact" });
    if (error) throw error;
    return count ?? 0;
  }

  async update(id: number, change: TablesUpdate<"visits">): Promise<Visit> {
    return this.unwrap(
      await this.database.client.from("visits").update(change).eq("id", id).select().single(),
    );
  }

  async remove(id: number): Promise<void> {
    await this.database.client.from("visits").delete().eq("id", id).throwOnError();
  }

  /** Everything that hangs on a patient, each list by itself. */
  async ofPatient(
    patientId: string,
  ): Promise<{ visits: Visit[]; reports: Tables<"reports">[]; tests: number }> {
    const { client } = this.database;
    const [visits, reports, tests] = await Promise.all([
      client.from("visits").select().eq("patient_id", patientId),
      client.from("reports").select().eq("user_id", patientId).order("created_at", { ascending: false }),
      client.from("metabolic_tests").select("*", { count: "exact", head: true }).eq("user_id", patientId),
    ]);
    return { visits: visits.data ?? [], reports: reports.data ?? [], tests: tests.count ?? 0 };
  }

  /** Patients with the reports of their tests. */
  async withReports(): Promise<PatientWithReports[]> {
    const { data, error } = await patientsWithReports(this.database);
    if (error) throw error;
    return data.filter(({ reports }) =>
      reports.some(({ metabolic_tests }) => metabolic_tests?.vo2_max != null),
    );
  }

  /** Counts the rows of any table. */
  async count(table: TableName): Promise<number> {
    const { count } = await this.database.client.from(table).select("*", { count: "exact", head: true });
    return count ?? 0;
  }

  private unwrap<T>({ data, error }: PostgrestSingleResponse<T>): T {
    if (error) throw error;
    return data;
  }
}

function patientsWithReports({ client }: DatabaseService) {
  return client
    .from("profiles")
    .select("id, email, reports(report_type, metabolic_tests(test_date, vo2_max))");
}

type PatientWithReports = QueryData<ReturnType<typeof patientsWithReports>>[number];
