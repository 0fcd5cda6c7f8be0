using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Delivery.Sparkplug;

/// <summary>The table of <c>mqtt-schemas/sparkplug.md</c> says what is true.</summary>
public sealed class AssertionTableTests
{
    [Fact]
    public void Table_NamesEveryAssertion_AndThoseWithATest()
    {
        var rows = File.ReadLines(Path.Combine(Checkout.Root, "mqtt-schemas", "sparkplug.md"))
            .Where(line => line.StartsWith("| tck-id-", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .ToDictionary(cells => cells[1], cells => cells[2]);

        Assert.Equal(299, rows.Count);
        Assert.All(rows.Values, reason => Assert.NotEmpty(reason));
        Assert.Equal(
            Assertions.All.Keys.Select(id => "tck-id-" + id).Order(StringComparer.Ordinal),
            rows.Where(row => row.Value == "test").Select(row => row.Key).Order(StringComparer.Ordinal));
    }
}
