"use server";

import type { PostgrestError } from "@offramp/supabase-shim";

import { Constants, type Enums, type TablesInsert } from "@/database.types";
import { supabaseFor } from "@/server/supabase-server";

export interface FormState {
  readonly id?: number;
  readonly problem?: string;
}

/** Books a visit: what the form's `action` calls. */
export async function bookVisit(request: Request, form: FormData): Promise<FormState> {
  const visit: TablesInsert<"visits"> = {
    patient_id: text(form, "patient"),
    begins_at: new Date(text(form, "begins")).toISOString(),
    questionnaire: { smoker: form.has("smoker"), complaints: form.getAll("complaint").map(String) },
  };
  const { data, error } = await supabaseFor(request).from("visits").insert(visit).select("id").single();
  return error ? { problem: sentence(error) } : { id: data.id };
}

/** Says how a visit ended. */
export async function closeVisit(request: Request, form: FormData): Promise<FormState> {
  const status = Constants.public.Enums.visit_status.find((name) => name === form.get("status"));
  if (!status) return { problem: "choose how the visit ended" };
  return setStatus(request, { id: Number(text(form, "visit")), status });
}

async function setStatus(
  request: Request,
  { id, status }: { id: number; status: Enums<"visit_status"> },
): Promise<FormState> {
  const { error, count } = await supabaseFor(request)
    .from("visits")
    .update({ status }, { count: "exact" })
    .eq("id", id)
    .in("status", ["booked", "missed"]);
  if (error) return { problem: sentence(error) };
  return count === 1 ? { id } : { problem: "the visit is over" };
}

function sentence({ code, message }: PostgrestError): string {
  return code === "23503" ? "there is no such patient" : message;
}

function text(form: FormData, name: string): string {
  const value = form.get(name);
  if (typeof value !== "string" || value === "") throw new Error(`the form has no ${name}`);
  return value;
}
