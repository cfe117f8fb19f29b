-- Who has made a budget: `operator`, `system` or the id of a key. What the operator has made, a key may not loosen.
alter table budgets add column made_by text not null default 'system';
update budgets b set made_by = a.actor from audit_entries a where a.action = 'budget.created' and a.target = b.id;
