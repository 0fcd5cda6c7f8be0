using System.Text.Json;
using System.Text.Json.Serialization;

namespace Appliance.Store;

/// <summary>How records are written before they are sealed. Changing a property's name here makes old records unreadable.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Core.Alerts.Alert))]
[JsonSerializable(typeof(Core.Learning.LearnedModel))]
[JsonSerializable(typeof(Core.Learning.LearningRound))]
[JsonSerializable(typeof(Alerts.ReviewBody))]
[JsonSerializable(typeof(Evidence.Anchors.WatchlistHeadFile))]
[JsonSerializable(typeof(Evidence.Log.LogHeadFile))]
[JsonSerializable(typeof(Watchlist.PersonBody))]
[JsonSerializable(typeof(Watchlist.PhotoBody))]
[JsonSerializable(typeof(Watchlist.BundleHeader))]
[JsonSerializable(typeof(Watchlist.BundleItem))]
internal sealed partial class StoreJson : JsonSerializerContext;
