{# Assignments of users to territories, ended ones with the moment they were removed: that is history, not dirt. #}
with latest as (
    select *
    from {{ latest_rows('salesforce', 'user_territory2_association', key='Id', stamp='SystemModstamp') }}
),

described as (
    select
        association.*,
        min(LastModifiedDate) over (partition by Id) as first_modified,
        row_number() over (
            partition by Id
            order by
                SystemModstamp desc nulls last,
                cast(_dlt_load_id as double) desc
                {{- then_by_content('association', raw_columns('salesforce', 'user_territory2_association')) }}
        ) as version_rank
    from {{ raw_table('salesforce', 'user_territory2_association') }} as association
    where UserId is not null
),

renamed as (
    select
        described.Id as user_territory_id,
        described.UserId as user_id,
        described.Territory2Id as territory_id,
        described.RoleInTerritory2 as role_in_territory,
        {{ to_utc('described.first_modified') }} as assigned_at,
        case
            when latest.IsDeleted then {{ to_utc('latest.SystemModstamp') }}
            when not latest.IsActive then {{ to_utc('latest.LastModifiedDate') }}
        end as removed_at,
        {{ epoch_to_timestamp('latest._dlt_load_id') }} as known_at
    from latest
    inner join described on latest.Id = described.Id and described.version_rank = 1
)

select *
from renamed
