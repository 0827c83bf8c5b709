-- Emptied from the recycle bin: only the id is left.
select Id, true as IsDeleted, changed_at as SystemModstamp
from touched
where action = 'delete' and x * 1000 % 1 >= 0.5
