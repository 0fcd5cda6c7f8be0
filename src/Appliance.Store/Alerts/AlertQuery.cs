using System.Globalization;
using System.Text;

namespace Appliance.Store.Alerts;

/// <summary>The statement of a listing: only the conditions that are asked for, so that their indexes are used.</summary>
internal sealed class AlertQuery
{
    private readonly StringBuilder _sql = new($"SELECT {AlertRow.Columns} FROM alerts WHERE 1");
    private readonly List<object?> _arguments = [];

    internal AlertQuery(AlertFilter filter, long? before, int limit)
    {
        And("seq <", before);
        And("camera =", filter.Camera?.Value);
        And("kind =", filter.Kind);
        And("person_id =", filter.Person?.Value);
        And("state =", (int?)filter.State);
        And("severity >=", (int?)filter.MinSeverity);
        And("utc >=", filter.From?.ToDb());
        And("utc <", filter.To?.ToDb());
        _arguments.Add(limit);
        _sql.Append(CultureInfo.InvariantCulture, $" ORDER BY seq DESC LIMIT ?{_arguments.Count}");
    }

    internal string Sql => _sql.ToString();

    internal object?[] Arguments => [.. _arguments];

    private void And(string condition, object? value)
    {
        if (value is null)
            return;
        _arguments.Add(value);
        _sql.Append(CultureInfo.InvariantCulture, $" AND {condition} ?{_arguments.Count}");
    }
}
