// src/pg/support/results.cpp: building arrays, jsonb, rows and sets of rows.
#include "pg/support/results.hpp"

#include "pg/support/call.hpp"
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

JsonbWriter::Step &JsonbWriter::add(JsonbIteratorToken token, jbvType type)
{
    if (token == WJB_BEGIN_OBJECT || token == WJB_BEGIN_ARRAY) open_.push_back(type);
    if (token == WJB_VALUE && !open_.empty() && open_.back() == jbvArray) token = WJB_ELEM;
    steps_.push_back(Step{token, type, {}, {}});
    return steps_.back();
}

void JsonbWriter::end()
{
    const jbvType type = open_.back();
    open_.pop_back();
    add(type == jbvObject ? WJB_END_OBJECT : WJB_END_ARRAY, type);
}

Datum JsonbWriter::finish()
{
    for (const Step &step : steps_)
        if (step.text.size() > JENTRY_OFFLENMASK)
            throw Error(ERRCODE_PROGRAM_LIMIT_EXCEEDED, "a string is too long for jsonb")
                .detail("A jsonb value holds strings of at most 256 MB.");
    return call([&] {
        JsonbParseState *state = nullptr;
        JsonbValue *document = nullptr;
        JsonbValue scalar;
        for (const Step &step : steps_) {
            JsonbValue value;
            value.type = step.type;
            if (step.type == jbvBool)
                value.val.boolean = step.boolean;
            else if (step.type == jbvNumeric)
                value.val.numeric = DatumGetNumeric(step.number);
            else if (step.type == jbvString) {
                value.val.string.val = const_cast<char *>(step.text.data());
                value.val.string.len = static_cast<int>(step.text.size());
            }
            const bool plain = step.token == WJB_KEY || step.token == WJB_VALUE || step.token == WJB_ELEM;
            if (plain && !state) {
                scalar = value;
                document = &scalar;
            } else {
                document = pushJsonbValue(&state, step.token, plain ? &value : nullptr);
            }
            CHECK_FOR_INTERRUPTS();
        }
        return JsonbPGetDatum(JsonbValueToJsonb(document));
    });
}

RowSet::RowSet(Args &args) : args_(args), result_(reinterpret_cast<ReturnSetInfo *>(args.fcinfo()->resultinfo))
{
    call([&] { InitMaterializedSRF(args.fcinfo(), MAT_SRF_BLESS); });
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
