// test/unit/forms/meta_test.cpp: what a submission says of itself without its form.
#include "core/forms/meta.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quire::forms {
namespace {

using Text = std::optional<std::string>;

Meta meta(std::string_view submission)
{
    const auto read = read_meta(submission, never);
    EXPECT_TRUE(read.ok()) << read.fault().message << " in " << submission;
    return read.ok() ? read.value() : Meta();
}

TEST(Meta, TheRootSaysTheFormAndTheMetaBlockTheRest)
{
    const Meta said = meta(
        "<visit id='visits' version='7'><name>x</name><meta><instanceID>uuid:1</instanceID>"
        "<deprecatedID>uuid:0</deprecatedID><instanceName>North</instanceName><deviceID>d</deviceID></meta></visit>");
    EXPECT_EQ(said.form_id, "visits");
    EXPECT_EQ(said.form_version, "7");
    EXPECT_EQ(said.instance_id, "uuid:1");
    EXPECT_EQ(said.deprecated_id, "uuid:0");
    EXPECT_EQ(said.instance_name, "North");
    EXPECT_EQ(said.device_id, "d");
    EXPECT_FALSE(said.encrypted);
    EXPECT_EQ(said.local_key, Text());
    EXPECT_EQ(said.encrypted_file, Text());
    EXPECT_EQ(said.signature, Text());
}

TEST(Meta, PrefixesDoNotCount)
{
    const Meta said =
        meta("<x:visit o:id='visits' x:version='7'><o:meta><x:instanceID>1</x:instanceID></o:meta></x:visit>");
    EXPECT_EQ(said.form_id, "visits");
    EXPECT_EQ(said.form_version, "7");
    EXPECT_EQ(said.instance_id, "1");
}

TEST(Meta, OfAttributesWithTheSameNameTheFirstCounts)
{
    EXPECT_EQ(meta("<v o:id='a' id='b'/>").form_id, "a");
    EXPECT_EQ(meta("<v id='' o:id='b'/>").form_id, Text());
}

TEST(Meta, WhatIsMissingOrEmptyIsNull)
{
    for (const std::string submission :
         {"<v/>", "<v id='' version=''><meta><instanceID/><deviceID></deviceID></meta></v>", "<v><meta/></v>",
          "<v><meta>uuid:1</meta></v>"}) {
        SCOPED_TRACE(submission);
        const Meta said = meta(submission);
        EXPECT_EQ(said.form_id, Text());
        EXPECT_EQ(said.form_version, Text());
        EXPECT_EQ(said.instance_id, Text());
        EXPECT_EQ(said.device_id, Text());
    }
}

TEST(Meta, TheInstanceIdMayStandUnderTheRootWhenTheMetaBlockHasNone)
{
    EXPECT_EQ(meta("<v><instanceID>bare</instanceID></v>").instance_id, "bare");
    EXPECT_EQ(meta("<v><instanceID>bare</instanceID><meta><instanceID>1</instanceID></meta></v>").instance_id, "1");
    EXPECT_EQ(meta("<v><instanceID>bare</instanceID><meta><instanceID/></meta></v>").instance_id, "bare");
    EXPECT_EQ(meta("<v instanceID='attribute'/>").instance_id, Text());
}

TEST(Meta, OnlyAMetaBlockDirectlyUnderTheRootCounts)
{
    EXPECT_EQ(meta("<v><g><meta><instanceID>1</instanceID></meta></g></v>").instance_id, Text());
    EXPECT_EQ(meta("<v><meta><g><instanceID>1</instanceID></g></meta></v>").instance_id, Text());
    EXPECT_EQ(meta("<v><deviceID>1</deviceID></v>").device_id, Text());
    EXPECT_EQ(meta("<meta><instanceID>bare</instanceID></meta>").instance_id, "bare");
}

TEST(Meta, TheFirstElementThatHoldsTextCounts)
{
    EXPECT_EQ(meta("<v><meta><instanceID/></meta><meta><instanceID>1</instanceID><instanceID>2</instanceID></meta></v>")
                  .instance_id,
              "1");
}

TEST(Meta, TextEndsWithTheFirstElementThatEndsAfterIt)
{
    EXPECT_EQ(meta("<v><meta><instanceID>a<b>b</b>c</instanceID></meta></v>").instance_id, "ab");
    EXPECT_EQ(meta("<v><meta><instanceID><b/>c</instanceID></meta></v>").instance_id, "c");
}

TEST(Meta, ReferencesAreResolvedAndWhiteSpaceIsKept)
{
    const Meta said =
        meta("<v id='a &amp; b'><meta><instanceName> A &lt;<![CDATA[&]]><!-- x -->&#66; </instanceName></meta></v>");
    EXPECT_EQ(said.form_id, "a & b");
    EXPECT_EQ(said.instance_name, " A <&B ");
}

TEST(Meta, AnEncryptedSubmissionNamesItsKeyFileAndSignature)
{
    const Meta said = meta(
        "<data encrypted='yes' id='f'><base64EncryptedKey>key</base64EncryptedKey>"
        "<o:meta><o:instanceID>1</o:instanceID></o:meta><media><file>a.jpg.enc</file></media>"
        "<encryptedXmlFile>submission.xml.enc</encryptedXmlFile>"
        "<base64EncryptedElementSignature>sig</base64EncryptedElementSignature></data>");
    EXPECT_TRUE(said.encrypted);
    EXPECT_EQ(said.local_key, "key");
    EXPECT_EQ(said.encrypted_file, "submission.xml.enc");
    EXPECT_EQ(said.signature, "sig");
    EXPECT_EQ(said.instance_id, "1");
}

TEST(Meta, TheAttributeOrTheFileMakeItEncrypted)
{
    EXPECT_TRUE(meta("<v encrypted='yes'/>").encrypted);
    EXPECT_TRUE(meta("<v><encryptedXmlFile>f</encryptedXmlFile></v>").encrypted);
    EXPECT_FALSE(meta("<v encrypted='no'/>").encrypted);
    EXPECT_FALSE(meta("<v><encryptedXmlFile/></v>").encrypted);
    EXPECT_FALSE(meta("<v><g><encryptedXmlFile>f</encryptedXmlFile></g></v>").encrypted);
}

TEST(Meta, WhatIsNoDocumentIsAFault)
{
    const std::string text = "<v><meta><instanceID>1</instanceID></meta>";
    const auto read = read_meta(text, never);
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.fault().at, text.size());
    EXPECT_EQ(read_meta("<!DOCTYPE v><v/>", never).fault().kind, xml::ScanFault::Kind::doctype);
}

}  // namespace
}  // namespace quire::forms
