// src/pg/guards/stamps.hpp: the two time stamps of a row, shared by the triggers touch and version_id.
#pragma once
#include "pg/support/trigger.hpp"

namespace quire::pg {

// Values to be written into a row in one pass; room for a version and two stamps.
class Changes {
public:
    void set(int column, std::optional<Datum> value)
    {
        columns_[count_] = column;
        nulls_[count_] = !value;
        values_[count_++] = value.value_or(Datum{0});
    }
    Datum apply(const Trigger &trigger) const
    {
        return count_ == 0 ? trigger.proceed() : trigger.proceed_with(count_, &columns_[0], &values_[0], &nulls_[0]);
    }

private:
    std::array<int, 3> columns_;
    std::array<Datum, 3> values_;
    std::array<bool, 3> nulls_;
    int count_ = 0;
};

// Columns that say when a row was made and last changed, which no client can set. Either may be absent.
class Stamps {
public:
    // The columns that two arguments of the trigger name, empty for none.
    Stamps(const Trigger &trigger, int created_argument, int updated_argument);

    // Both are the time of an insert; an update keeps the first as it was, even NULL.
    void set(const Trigger &trigger, TimestampTz now, Changes &changes) const;

private:
    std::optional<Column> created_, updated_;
};

}  // namespace quire::pg
