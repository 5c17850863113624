export { type InclusionProof, type ProofResult, verifyProof } from "./proof/verify-proof.ts";
export { type ArchiveResult, verifyArchive } from "./proof/verify-archive.ts";
