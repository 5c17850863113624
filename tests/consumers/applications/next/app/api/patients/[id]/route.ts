import { patientChart, subtitle } from "@/server/patient-chart";
import { supabaseFor } from "@/server/supabase-server";

interface Context {
  params: Promise<{ id: string }>;
}

export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { id } = await params;
  const chart = await patientChart(supabaseFor(request), id);
  if (!chart) return Response.json({ message: "no such patient" }, { status: 404 });
  return Response.json({ ...chart, subtitle: subtitle(chart) });
}

export async function PATCH(request: Request, { params }: Context): Promise<Response> {
  const { id } = await params;
  const { email }: { email: string } = await request.json();
  const { data, error, status } = await supabaseFor(request)
    .from("profiles")
    .update({ email, updated_at: new Date().toISOString() })
    .eq("id", id)
    .select("id, email")
    .maybeSingle();
  if (error) return Response.json({ code: error.code, message: error.message }, { status });
  return data ? Response.json(data) : new Response(null, { status: 404 });
}
