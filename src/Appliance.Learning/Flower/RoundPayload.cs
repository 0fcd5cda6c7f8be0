namespace Appliance.Learning.Flower;

/// <summary>
/// The records of a Fleet message as a <see cref="RoundTask"/>, and an answer as records: in the Message API's dialect or in that of
/// the legacy strategies, whichever the request used.
/// </summary>
internal static class RoundPayload
{
    private const string LegacySuffix = "ins.parameters";

    /// <exception cref="PayloadException">Not what either dialect sends.</exception>
    internal static RoundTask Read(string messageType, Wire.RecordDict records, ulong runId, string groupId)
    {
        var kind = messageType.Split('.')[0] switch
        {
            "train" => RoundKind.Train,
            "evaluate" => RoundKind.Evaluate,
            "query" or "get_properties" => RoundKind.GetProperties,
            "get_parameters" => RoundKind.GetParameters,
            _ => throw new PayloadException($"a message of type '{Short(messageType)}' is not answered"),
        };
        var legacy = IsLegacy(records) || kind == RoundKind.GetParameters || messageType == "get_properties";
        var arrays = records.Items.Where(item => item.ArrayRecord is not null).ToList();
        var configs = records.Items.Where(item => item.ConfigRecord is not null).ToList();
        if (kind is RoundKind.Train or RoundKind.Evaluate && arrays.Count != 1)
            throw new PayloadException($"{arrays.Count} array records where one belongs");
        if (configs.Count > 1)
            throw new PayloadException($"{configs.Count} configuration records where one belongs");

        var config = configs.Count == 1 ? RecordReading.Config(configs[0].ConfigRecord) : [];
        var task = new RoundTask
        {
            Kind = kind,
            RunId = runId,
            Parameters = arrays.Count == 1 ? RecordReading.Arrays(arrays[0].ArrayRecord) : [],
            IsPositional = legacy,
            Config = config,
        };
        var otherwise = long.TryParse(groupId, out var group) ? group : -1;
        return task with { Round = (long)task.Number("server-round", task.Number("server_round", otherwise)) };
    }

    internal static Wire.RecordDict Write(RoundTask task, RoundAnswer.Done answer) =>
        task.IsPositional ? WriteLegacy(task.Kind, answer) : WriteMessage(task.Kind, answer);

    /// <summary>Adds <c>fitres.*</c> for secure aggregation, where the arrays travel elsewhere.</summary>
    internal static void AddFitResult(Wire.RecordDict records, RoundAnswer.Done answer, bool withArrays)
    {
        records.Items.Add(Arrays("fitres.parameters", withArrays ? answer.Parameters : [], legacy: true));
        records.Items.Add(Metric("fitres.num_examples", [new("num_examples", answer.Examples)]));
        records.Items.Add(Config("fitres.metrics", answer.Metrics.Select(ToLegacy)));
        records.Items.Add(Ok("fitres.status"));
    }

    internal static Wire.RecordDict.Types.Item Config(string name, IEnumerable<KeyValuePair<string, object>> values)
    {
        var record = new Wire.ConfigRecord();
        foreach (var (key, value) in values)
            record.Items.Add(new Wire.ConfigRecord.Types.Item { Key = key, Value = RecordReading.ConfigValue(value) });
        return new() { Key = name, ConfigRecord = record };
    }

    private static bool IsLegacy(Wire.RecordDict records) =>
        records.Items.Any(item => item.Key.EndsWith(LegacySuffix, StringComparison.Ordinal));

    private static Wire.RecordDict WriteMessage(RoundKind kind, RoundAnswer.Done answer)
    {
        var records = new Wire.RecordDict();
        if (kind == RoundKind.GetProperties)
        {
            records.Items.Add(Config("properties", answer.Metrics));
            return records;
        }

        if (kind == RoundKind.Train)
            records.Items.Add(Arrays("arrays", answer.Parameters, legacy: false));
        records.Items.Add(Metric("metrics", [new("num-examples", answer.Examples), .. answer.Metrics]));
        return records;
    }

    private static Wire.RecordDict WriteLegacy(RoundKind kind, RoundAnswer.Done answer)
    {
        var records = new Wire.RecordDict();
        switch (kind)
        {
            case RoundKind.Train:
                AddFitResult(records, answer, withArrays: true);
                break;
            case RoundKind.Evaluate:
                records.Items.Add(Metric("evaluateres.loss", [new("loss", answer.Loss)]));
                records.Items.Add(Metric("evaluateres.num_examples", [new("num_examples", answer.Examples)]));
                records.Items.Add(Config("evaluateres.metrics", answer.Metrics));
                records.Items.Add(Ok("evaluateres.status"));
                break;
            case RoundKind.GetParameters:
                records.Items.Add(Arrays("getparametersres.parameters", answer.Parameters, legacy: true));
                records.Items.Add(Ok("getparametersres.status"));
                break;
            default:
                records.Items.Add(Config("getpropertiesres.properties", answer.Metrics));
                records.Items.Add(Ok("getpropertiesres.status"));
                break;
        }

        return records;
    }

    // The legacy dialect wants norm_bit as a bool.
    private static KeyValuePair<string, object> ToLegacy(KeyValuePair<string, object> metric) =>
        metric.Key == "norm_bit" ? new(metric.Key, metric.Value is 1L) : metric;

    private static Wire.RecordDict.Types.Item Arrays(string name, IReadOnlyList<ParameterArray> arrays, bool legacy)
    {
        var record = new Wire.ArrayRecord();
        for (var i = 0; i < arrays.Count; i++)
        {
            record.Items.Add(new Wire.ArrayRecord.Types.Item
            {
                Key = legacy ? $"{i}" : arrays[i].Name,
                Value = RecordReading.Array(arrays[i], legacy),
            });
        }

        if (legacy && arrays.Count == 0)
            record.Items.Add(new Wire.ArrayRecord.Types.Item { Key = "_empty", Value = new() { Stype = RecordReading.TensorType } });
        return new() { Key = name, ArrayRecord = record };
    }

    private static Wire.RecordDict.Types.Item Metric(string name, IEnumerable<KeyValuePair<string, object>> values)
    {
        var record = new Wire.MetricRecord();
        foreach (var (key, value) in values)
            record.Items.Add(new Wire.MetricRecord.Types.Item { Key = key, Value = RecordReading.Metric(value) });
        return new() { Key = name, MetricRecord = record };
    }

    private static Wire.RecordDict.Types.Item Ok(string name) => Config(name, [new("code", 0L), new("message", "")]);

    private static string Short(string text) => text.Length <= 40 ? text : text[..40];
}
