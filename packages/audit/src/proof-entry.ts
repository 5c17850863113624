export { type InclusionProof, type ProofResult, verifyProof } from "./proof/verify-proof.ts";
