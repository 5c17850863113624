/** A clinic's database, as `supabase gen types` writes it. */
export interface ClinicDatabase {
  __InternalSupabase: { PostgrestVersion: "14.1" };
  public: {
    Tables: {
      patients: {
        Row: { id: number; full_name: string; email: string | null; status: PatientStatus };
        Insert: { id?: number; full_name: string; email?: string | null; status?: PatientStatus };
        Update: { id?: number; full_name?: string; email?: string | null; status?: PatientStatus };
        Relationships: [];
      };
      visits: {
        Row: { id: number; patient_id: number; began_at: string; weight: number | null };
        Insert: { id?: number; patient_id: number; began_at?: string; weight?: number | null };
        Update: { id?: number; patient_id?: number; began_at?: string; weight?: number | null };
        Relationships: [
          {
            foreignKeyName: "visits_patient_id_fkey";
            columns: ["patient_id"];
            isOneToOne: false;
            referencedRelation: "patients";
            referencedColumns: ["id"];
          },
        ];
      };
    };
    Views: {
      visit_totals: {
        Row: { patient_id: number | null; visits: number | null };
        Relationships: [];
      };
    };
    Functions: {
      count_visits: { Args: { patient: number; since?: string }; Returns: number };
      recent_visits: {
        Args: { days: number };
        Returns: { id: number; patient_id: number; began_at: string; weight: number | null }[];
        SetofOptions: { from: "*"; to: "visits"; isOneToOne: false; isSetofReturn: true };
      };
    };
    Enums: { patient_status: PatientStatus };
    CompositeTypes: object;
  };
  billing: {
    Tables: {
      invoices: {
        Row: { id: number; paid: boolean };
        Insert: { id?: number; paid?: boolean };
        Update: { id?: number; paid?: boolean };
        Relationships: [];
      };
    };
    Views: object;
    Functions: object;
    Enums: object;
    CompositeTypes: object;
  };
}

type PatientStatus = "active" | "discharged";
