// src/pg/support/results.cpp: building arrays, rows and sets of rows.
#include "pg/support/results.hpp"

#include "pg/support/call.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/memory.hpp"

namespace quire::pg {

Datum make_text_array(std::span<const Text> texts)
{
    auto *const values = static_cast<Datum *>(allocate(CurrentMemoryContext, (texts.size() + 1) * sizeof(Datum)));
    auto *const nulls = static_cast<bool *>(allocate(CurrentMemoryContext, texts.size() + 1));
    for (std::size_t i = 0; i < texts.size(); ++i) {
        nulls[i] = !texts[i];
        values[i] = texts[i] ? make_varlena(*texts[i]) : Datum{0};
    }
    return call([&] {
        int dimensions[] = {static_cast<int>(texts.size())}, lower[] = {1};
        return PointerGetDatum(construct_md_array(values, nulls, texts.empty() ? 0 : 1, dimensions, lower, TEXTOID, -1,
                                                  false, TYPALIGN_INT));
    });
}

std::vector<Text> read_text_array(Datum array)
{
    Datum *values;
    bool *nulls;
    int count;
    call([&] {
        deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, &count);
    });
    std::vector<Text> texts(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < texts.size(); ++i)
        if (!nulls[i]) texts[i] = text_of(values[i]);
    return texts;
}

Datum make_int_array(std::span<const std::uint32_t> numbers)
{
    auto *const values = static_cast<Datum *>(allocate(CurrentMemoryContext, (numbers.size() + 1) * sizeof(Datum)));
    for (std::size_t i = 0; i < numbers.size(); ++i) values[i] = Int32GetDatum(static_cast<std::int32_t>(numbers[i]));
    return call([&] {
        return PointerGetDatum(construct_array(values, static_cast<int>(numbers.size()), INT4OID, sizeof(std::int32_t),
                                               true, TYPALIGN_INT));
    });
}

Row &Row::text(Text text)
{
    return text ? add(make_varlena(to_database(*text))) : null();
}

Row &Row::null()
{
    nulls_.at(count_) = true;
    values_[count_++] = Datum{0};
    return *this;
}

Row &Row::add(Datum value)
{
    nulls_.at(count_) = false;
    values_[count_++] = value;
    return *this;
}

RowSet::RowSet(Args &args, Of what) : args_(args), result_(reinterpret_cast<ReturnSetInfo *>(args.fcinfo()->resultinfo))
{
    call([&] { InitMaterializedSRF(args.fcinfo(), what == Of::rows ? MAT_SRF_BLESS : MAT_SRF_USE_EXPECTED_DESC); });
}

void RowSet::add(std::span<const Datum> values, std::span<const bool> nulls)
{
    call([&] {
        CHECK_FOR_INTERRUPTS();
        tuplestore_putvalues(result_->setResult, result_->setDesc, const_cast<Datum *>(values.data()),
                             const_cast<bool *>(nulls.data()));
    });
}

Datum make_record(Args &args, std::span<const Datum> values, std::span<const bool> nulls)
{
    TupleDesc descriptor;
    if (call([&] { return get_call_result_type(args.fcinfo(), nullptr, &descriptor); }) != TYPEFUNC_COMPOSITE)
        throw Error(ERRCODE_FEATURE_NOT_SUPPORTED, "the function gives back a row where no row can be taken");
    return call([&] {
        return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), const_cast<Datum *>(values.data()),
                                                 const_cast<bool *>(nulls.data())));
    });
}

}  // namespace quire::pg
