select
    record_id('00T', number) as Id, who_id as WhoId, what_id as WhatId, account_id as AccountId, owner_id as OwnerId,
    case kind
        when 'call' then pick(['Intro call', 'Follow-up call', 'Pricing call', 'Check-in call'], u(n, 'subject'))
        when 'email' then pick(['Email: next steps', 'Email: proposal', 'Email: meeting notes', 'Email: introduction'], u(n, 'subject'))
        else pick(['Prepare proposal', 'Send contract', 'Update forecast', 'Research account'], u(n, 'subject'))
    end as Subject,
    day_at(moment - late) as ActivityDate, case when is_done then 'Completed' else 'Not Started' end as Status,
    case when kind = 'todo' and u(n, 'high') < 0.2 then 'High' else 'Normal' end as Priority, Priority = 'High' as IsHighPriority,
    is_done as IsClosed, false as IsArchived, case kind when 'call' then 'Call' when 'email' then 'Email' else 'Other' end as Type,
    case kind when 'call' then 'Call' when 'email' then 'Email' else 'Task' end as TaskSubtype,
    case when kind = 'call' then pick(['Outbound', 'Outbound', 'Inbound'], u(n, 'direction')) end as CallType,
    case when kind = 'call' then (10 + 2000 * pow(u(n, 'seconds'), 3))::bigint end as CallDurationInSeconds,
    case when kind = 'call' then pick(['Connected', 'Left voicemail', 'No answer'], u(n, 'disposition')) end as CallDisposition,
    case when is_done then moment_at(done) end as CompletedDateTime, currency as CurrencyIsoCode,
    moment_at(moment) as CreatedDate, owner_id as CreatedById, moment_at(least(done, horizon() - 0.005)) as LastModifiedDate,
    owner_id as LastModifiedById, LastModifiedDate as SystemModstamp, is_deleted as IsDeleted
from (
    select
        *,
        case when kind = 'todo' then moment + 12 * u(n, 'done after') else moment end as done,
        done < horizon() and (kind <> 'todo' or u(n, 'forgotten') > 0.05) as is_done
    from activity
    where kind <> 'meeting'
) as tasks
order by number
