import { seededRandom, type Random } from "./random.ts";

/** Rows for the clinic's tables, keyed by column names. */
export interface SampleData {
  readonly profiles: readonly Profile[];
  readonly metabolicTests: readonly MetabolicTest[];
  readonly reports: readonly Report[];
  readonly subscriptions: readonly Subscription[];
}

export interface Profile {
  readonly id: string;
  readonly email: string;
  readonly full_name: string;
  readonly date_of_birth: string;
  readonly created_at: string;
}

export interface MetabolicTest {
  readonly id: string;
  readonly user_id: string;
  readonly test_date: string;
  readonly vo2_max: number;
  readonly rmr: number;
  readonly rer: number;
  readonly heart_rate_zones: Readonly<Record<string, readonly [number, number]>>;
  readonly raw_data: { readonly device: string; readonly minutes: number };
  readonly created_at: string;
}

export interface Report {
  readonly id: string;
  readonly user_id: string;
  readonly test_id: string;
  readonly report_type: string;
  readonly html_content: string;
  readonly biological_age: number;
  readonly created_at: string;
}

export interface Subscription {
  readonly id: string;
  readonly user_id: string;
  readonly tier: string;
  readonly status: string;
  readonly reports_remaining: number;
  readonly ai_credits_remaining: number;
  readonly created_at: string;
}

const firstNames = [
  "Ada",
  "Alan",
  "Amara",
  "Anton",
  "Bea",
  "Carlos",
  "Chen",
  "Dana",
  "Diego",
  "Elif",
  "Emma",
  "Farid",
  "Grace",
  "Hugo",
  "Ines",
  "Ivan",
  "Jonas",
  "Kaya",
  "Lena",
  "Luca",
  "Mara",
  "Nia",
  "Noor",
  "Oskar",
  "Priya",
  "Quinn",
  "Rosa",
  "Sami",
  "Tariq",
  "Uma",
  "Vera",
  "Wen",
  "Ximena",
  "Yusuf",
  "Zoe",
] as const;
const lastNames = [
  "Abebe",
  "Bauer",
  "Castro",
  "Dubois",
  "Eriksen",
  "Fischer",
  "Garcia",
  "Haddad",
  "Ito",
  "Jansen",
  "Kowalski",
  "Lopez",
  "Meyer",
  "Nakamura",
  "Okafor",
  "Petrov",
  "Quispe",
  "Rossi",
  "Silva",
  "Tanaka",
  "Ueda",
  "Vargas",
  "Weber",
  "Xu",
  "Yilmaz",
  "Zhang",
  "Costa",
  "Novak",
  "Larsen",
  "Mensah",
] as const;

/** The same rows for the same seed: `patients` people, each with a subscription, up to four tests, and their reports. */
export function sampleData(patients: number, seed: number): SampleData {
  const random = seededRandom(seed);
  const profiles = Array.from({ length: patients }, (_, index) => profile(random, index));
  const metabolicTests = profiles.flatMap((patient) => testsOf(random, patient));
  const reports = metabolicTests
    .filter(() => random.next() < 0.6)
    .map((test) => report(random, test, profiles));
  const subscriptions = profiles.map((patient) => subscription(random, patient));
  return { profiles, metabolicTests, reports, subscriptions };
}

function profile(random: Random, index: number): Profile {
  // 397 shares no factor with the number of names, so no two patients have the same one.
  const name = (index * 397) % (firstNames.length * lastNames.length);
  const first = firstNames[name % firstNames.length] ?? firstNames[0];
  const last = lastNames[Math.floor(name / firstNames.length)] ?? lastNames[0];
  return {
    id: random.uuid(),
    email: `${first}.${last}@example.com`.toLowerCase(),
    full_name: `${first} ${last}`,
    date_of_birth: date(random.between(1945, 2005), random.between(1, 12), random.between(1, 28)),
    created_at: timestamp(2024, random),
  };
}

/** Up to four tests, half a year apart, whose results resemble each other and fit the patient's age. */
function testsOf(random: Random, patient: Profile): readonly MetabolicTest[] {
  const fitness = random.between(3200, 6200) / 100;
  return Array.from({ length: random.between(0, 4) }, (_, index) =>
    metabolicTest(random, { patient, fitness, index }),
  );
}

function metabolicTest(
  random: Random,
  {
    patient,
    fitness,
    index,
  }: { readonly patient: Profile; readonly fitness: number; readonly index: number },
): MetabolicTest {
  const year = 2024 + Math.floor(index / 2);
  const testDate = date(year, (index % 2) * 6 + random.between(1, 6), random.between(1, 28));
  const age = year - Number(patient.date_of_birth.slice(0, 4));
  const vo2Max = fitness - (age - 30) * 0.3 + random.between(-200, 200) / 100;
  const maximum = 208 - Math.round(0.7 * age);
  return {
    id: random.uuid(),
    user_id: patient.id,
    test_date: testDate,
    vo2_max: Number(vo2Max.toFixed(2)),
    rmr: random.between(1150, 2300),
    rer: random.between(70, 105) / 100,
    heart_rate_zones: {
      easy: [Math.round(maximum * 0.5), Math.round(maximum * 0.7)],
      steady: [Math.round(maximum * 0.7) + 1, Math.round(maximum * 0.85)],
      hard: [Math.round(maximum * 0.85) + 1, maximum],
    },
    raw_data: { device: random.pick(["M1", "M2", "K5"]), minutes: random.between(8, 20) },
    created_at: `${testDate}T${clock(random)}Z`,
  };
}

function report(random: Random, test: MetabolicTest, profiles: readonly Profile[]): Report {
  const patient = profiles.find((each) => each.id === test.user_id);
  const age = Number(test.test_date.slice(0, 4)) - Number(patient?.date_of_birth.slice(0, 4) ?? 1980);
  return {
    id: random.uuid(),
    user_id: test.user_id,
    test_id: test.id,
    report_type: random.pick(["basic", "premium", "super_premium"]),
    html_content: `<p>VO2max ${test.vo2_max}, resting metabolic rate ${test.rmr} kcal</p>`,
    biological_age: age + random.between(-9, 9),
    created_at: `${test.test_date}T${clock(random)}Z`,
  };
}

function subscription(random: Random, patient: Profile): Subscription {
  return {
    id: random.uuid(),
    user_id: patient.id,
    tier: random.pick(["free", "unlimited_basic", "ai_enhanced", "pro"]),
    status: random.pick(["active", "active", "active", "cancelled", "expired"]),
    reports_remaining: random.between(0, 10),
    ai_credits_remaining: random.between(0, 50),
    created_at: timestamp(2024, random),
  };
}

function timestamp(year: number, random: Random): string {
  return `${date(year, random.between(1, 12), random.between(1, 28))}T${clock(random)}Z`;
}

function date(year: number, month: number, day: number): string {
  return [year, twoDigits(month), twoDigits(day)].join("-");
}

function clock(random: Random): string {
  return [random.between(7, 18), random.between(0, 59), random.between(0, 59)].map(twoDigits).join(":");
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
