// test/unit/logic/judge.hpp: what is wrong with a submission by the rules of a small form, as lines to compare.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/logic/validate.hpp"
#include "unit/forms/make_form.hpp"

namespace quire::logic {

// A form with this in its primary instance, these elements in its model and in its body.
struct Survey {
    Survey(const std::string &instance, const std::string &model, const std::string &body = "")
    {
        std::string xml = forms::form_xml(instance, "", body);
        xml.insert(xml.find("</model>"), model);
        rules = std::make_unique<Rules>(std::make_shared<const forms::Form>(forms::parsed(xml)), xml);
    }

    // "rule /path[1]", then "!" when it is disputed; the name of a stranger after a plus. One a line.
    std::string judge(const std::string &inside, Dialects dialects = in_both, bool first_only = false) const
    {
        SubmissionDocument submission;
        const std::string text = "<data id='test' version='1'>" + inside + "</data>";
        if (read_submission(*rules, text, submission, never)) return "no document";
        FormWorld world(*rules, submission.document);
        world.zone = &zone;
        world.now = 1'714'521'600'000;  // 2024-05-01
        for (const auto &[id, data] : instances) (void)world.add_instance(id, data, never);
        Judging judging;
        judging.dialects = dialects;
        judging.knows_time = knows_time;
        judging.limits = limits;
        Validator validator(world, judging, never);
        std::string lines;
        for (const Violation &one : validator.run(submission, first_only)) {
            if (!lines.empty()) lines += '\n';
            lines += std::string(name_of(one.rule)) + ' ' + rules->form()[one.node].path;
            if (!one.stranger.empty()) lines += '+' + one.stranger;
            for (const std::uint32_t number : one.position) lines += '[' + std::to_string(number) + ']';
            if (one.disputed) lines += '!';
        }
        return lines;
    }
    std::string warnings() const
    {
        std::string lines;
        for (const forms::Warning &one : rules->warnings())
            lines += (lines.empty() ? "" : "\n") + one.path + ": " + one.message;
        return lines;
    }

    std::unique_ptr<Rules> rules;
    FixedZone zone;
    std::vector<std::pair<std::string, std::string>> instances;
    bool knows_time = false;
    Limits limits;
};

// A bind of a node below the root.
inline std::string bind_of(const std::string &path, const std::string &rules)
{
    return "<bind nodeset='/data/" + path + "' " + rules + "/>";
}

}  // namespace quire::logic
