-- When the next poll was planned: a plan made in the future was made while the clock ran ahead. Null: not known.
alter table feeds add column planned_at bigint;
