using System.Text;
using System.Text.Json;
using Appliance.Core.Evidence;

namespace Appliance.UnitTests.Core.Evidence;

/// <summary>The samples of RFC 8785: numbers of appendix B, values of section 3.2.2, order of section 3.2.3.</summary>
public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData(0x0000000000000000, "0")]
    [InlineData(0x8000000000000000, "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0xffefffffffffffff, "-1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0xc340000000000000, "-9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x44b52d02c7e14af7, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4f, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555554, "333333333.33333325")]
    [InlineData(0x41b3de4355555555, "333333333.3333333")]
    [InlineData(0x41b3de4355555556, "333333333.3333334")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696, "-0.0000033333333333333333")]
    [InlineData(0x0410000000000000, "4.1045368012983762e-289")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void Format_NumbersOfTheRfc_AreSpelledAsThere(ulong bits, string expected) =>
        Assert.Equal(expected, CanonicalJson.Format(BitConverter.UInt64BitsToDouble(bits)));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Format_NoNumber_Throws(double value) => Assert.Throws<JsonException>(() => CanonicalJson.Format(value));

    [Fact]
    public void Transform_ValuesOfTheRfc_AreSpelledAsThere()
    {
        const string Json = """
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """;

        Assert.Equal(
            """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""",
            Text(Json));
    }

    [Fact]
    public void Transform_KeysOfTheRfc_AreSortedByUtf16CodeUnits()
    {
        const string Json = """
            {
              "\u20ac": "Euro Sign",
              "\r": "Carriage Return",
              "\ufb33": "Hebrew Letter Dalet With Dagesh",
              "1": "One",
              "\ud83d\ude00": "Emoji: Grinning Face",
              "\u0080": "Control",
              "\u00f6": "Latin Small Letter O With Diaeresis"
            }
            """;

        using var sorted = JsonDocument.Parse(Text(Json));
        Assert.Equal(
            ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001F600", "\ufb33"],
            sorted.RootElement.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public void Transform_NestedAndEmpty_SortsWithinAndKeepsArrays() => Assert.Equal(
        """{"a":{},"b":[{"x":1,"y":[]},"",-0.5],"c":"\b\t\n\f\r\u0001"}""",
        Text("""{ "c":"\u0008\u0009\u000a\u000c\u000d\u0001", "b": [ {"y":[], "x":1.0}, "", -5E-1 ], "a": { } }"""));

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("""["\ud800"]""")]
    [InlineData("""{"\udc00":1}""")]
    [InlineData("[1e400]")]
    [InlineData("[NaN]")]
    [InlineData("[1,]")]
    [InlineData("")]
    public void Transform_NotIJson_Throws(string json) => Assert.ThrowsAny<JsonException>(() => Text(json));

    [Fact]
    public void Transform_Twice_ChangesNothing()
    {
        var once = CanonicalJson.Transform(Encoding.UTF8.GetBytes("""{"z":[1.10,{"ä":"\u00e4"}],"A":1e-7}"""));

        Assert.Equal(once, CanonicalJson.Transform(once));
    }

    private static string Text(string json) => Encoding.UTF8.GetString(CanonicalJson.Transform(Encoding.UTF8.GetBytes(json)));
}
