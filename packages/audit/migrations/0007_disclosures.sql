-- A disclosure (45 CFR 164.528) is a record of its own: to whom, what and why are in details.disclosure, so that the
-- seals cover them as they cover everything else.
-- Runs as offramp_audit_owner.

-- NOT VALID: what there is already was held to a narrower list, and need not be read again while everybody waits.
ALTER TABLE audit.phi_access_log
  DROP CONSTRAINT phi_access_log_action_check,
  ADD CONSTRAINT phi_access_log_action_check
    CHECK (action IN ('READ', 'CREATE', 'UPDATE', 'DELETE', 'EXECUTE', 'DISCLOSE')) NOT VALID,
  ADD CONSTRAINT phi_access_log_disclosure_check CHECK (
    action <> 'DISCLOSE' OR (
      cardinality(subjects) > 0
      AND coalesce(details #>> '{disclosure,recipient,name}', '') <> ''
      AND coalesce(details #>> '{disclosure,what}', '') <> ''
      AND coalesce(details #>> '{disclosure,purpose}', details #>> '{disclosure,request}', '') <> ''
      AND coalesce(details #>> '{disclosure,at}', '') <> ''
    )
  ) NOT VALID;
--> statement-breakpoint
COMMENT ON CONSTRAINT phi_access_log_disclosure_check ON audit.phi_access_log IS
  'What 45 CFR 164.528(b)(2) asks of a disclosure: date, recipient, what, and the purpose or the request.';
