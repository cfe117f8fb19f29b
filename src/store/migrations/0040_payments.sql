-- Purchases that end in every way a payment provider can say, and credits that go back with the money.

alter table payments
  drop constraint payments_status_check,
  -- failed: the provider would not begin it, or the money did not come. refused: money came, but not what was asked.
  add check (status in ('open', 'paid', 'expired', 'failed', 'refused', 'refunded')),
  add column key_id text references keys,
  -- Where the buyer comes back to.
  add column success_url text not null default '',
  add column cancel_url text not null default '',
  -- Where the buyer pays; null until the provider has said it.
  add column checkout_url text,
  -- What the provider calls the money itself: its refunds name that.
  add column provider_payment_id text unique,
  -- Why it failed or was refused.
  add column problem text,
  -- Of the money, in all; may be known before the payment is.
  add column refunded_cents bigint not null default 0 check (refunded_cents >= 0),
  -- What refunds took from the grant, and what they could not because it was spent or held by then.
  add column withdrawn_credits bigint not null default 0 check (withdrawn_credits >= 0),
  add column unrecovered_credits bigint not null default 0 check (unrecovered_credits >= 0),
  add check (withdrawn_credits + unrecovered_credits <= credits);
drop index payments_of_account;
create index payments_of_account on payments (account_id, created_at desc, id desc);

-- Takes up to p_credits of what is left of one grant; answers how many those were. A closed grant expires at once, so
-- that credits which come back to it from holds do not stay. Locks the balance, then the grant, as everything does.
create function withdraw_grant(p_grant text, p_credits bigint, p_reason text, p_close boolean) returns bigint
language plpgsql as $$
declare
  g grants;
  v_taken bigint;
  v_available bigint;
begin
  select * into strict g from grants where id = p_grant;
  perform from balances where account_id = g.account_id and purse = g.purse for no key update;
  select * into strict g from grants where id = p_grant for update;
  v_taken := least(p_credits, g.remaining);
  update grants set remaining = remaining - v_taken, withdrawn = withdrawn + v_taken,
    expires_at = case when p_close then least(expires_at, kinora_now()) else expires_at end
  where id = p_grant;
  if v_taken > 0 then
    update balances set available = available - v_taken where account_id = g.account_id and purse = g.purse
    returning available into strict v_available;
    insert into ledger_entries (account_id, purse, kind, available, held, counterpart, reason, grants)
    values (g.account_id, g.purse, 'adjust', -v_taken, 0, v_taken, p_reason,
      jsonb_build_array(jsonb_build_array(p_grant, v_taken)));
    perform watch_balance(g.account_id, g.purse, v_available);
  end if;
  return v_taken;
end $$;

create trigger address_payment_event after insert on events for each row
  when (new.type in ('payment.paid', 'payment.refused', 'payment.refunded'))
  execute function address_event();
